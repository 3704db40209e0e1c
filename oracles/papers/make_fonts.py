from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from fontTools import subset
import sys, os
U='un/justmytype_western_core/fonts/ofl/'
out='out'; os.makedirs(out,exist_ok=True)
def ranges(s):
    r=set()
    for p in s.split(','):
        a,_,b=p.partition('-'); r|=set(range(int(a,16),int(b or a,16)+1))
    return r
TEXT=ranges('20-7E,A0-24F,250-2AF,2B0-2FF,300-36F,370-3FF,400-52F,1E00-1EFF,1F00-1FFF,2000-200F,2010-2027,202F-205E,2060,2070-209F,20A0-20C0,2100-214F,2150-218F,2190-2199,2200-22FF,25A0-25FF,2610-2612,2713-2717,FB00-FB06,FFFD')
def make(src,axes,name,family,style,weight,uni,feats):
    f=TTFont(src)
    if axes: f=instancer.instantiateVariableFont(f,axes)
    o=subset.Options(); o.layout_features=feats; o.name_IDs=[0,1,2,3,4,5,6,7,8,9,11,13,14,16,17]; o.hinting=False; o.glyph_names=False; o.notdef_outline=True; o.recommended_glyphs=True; o.drop_tables+=['DSIG','STAT','MVAR','HVAR','avar','fvar','gvar']
    o.recalc_timestamp=False
    s=subset.Subsetter(o); s.populate(unicodes=uni if uni else f.getBestCmap().keys()); s.subset(f)
    f['OS/2'].usWeightClass=weight
    for rec in list(f['name'].names):
        if rec.nameID in (16,17,21,22,25): f['name'].removeNames(nameID=rec.nameID)
    for i,v in ((1,family),(2,style),(4,family+' '+style),(6,(family+'-'+style).replace(' ',''))):
        f['name'].setName(v,i,3,1,0x409)
    f.save(f'{out}/{name}.ttf'); print(name,os.path.getsize(f'{out}/{name}.ttf'),len(f.getGlyphOrder()),f['OS/2'].fsType)
F=['kern','mark','mkmk','ccmp','locl','liga','calt','tnum','lnum','case','sups']
D='/usr/share/fonts/truetype/noto/'
for s in 'Hebrew Devanagari Bengali Tamil Telugu Kannada Malayalam Gujarati Gurmukhi Sinhala Thai Lao Khmer Myanmar Georgian Armenian Ethiopic CanadianAboriginal'.split():
    make(D+f'NotoSans{s}-Regular.ttf',None,f'NotoSans{s}-Regular',f'Noto Sans {s}','Regular',400,None,['*'])
make(D+'NotoSansArabic-Regular.ttf',None,'NotoSansArabic-Regular','Noto Sans Arabic','Regular',400,None,['*'])
make(U+'inter/Inter[opsz,wght].ttf',{'opsz':14,'wght':400},'QuittanceSans-Regular','Quittance Sans','Regular',400,TEXT,F)
make(U+'inter/Inter[opsz,wght].ttf',{'opsz':18,'wght':600},'QuittanceSans-SemiBold','Quittance Sans','SemiBold',600,TEXT,F)
make(U+'sourceserif4/SourceSerif4[opsz,wght].ttf',{'opsz':12,'wght':400},'QuittanceSerif-Regular','Quittance Serif','Regular',400,TEXT,F)
make(U+'sourceserif4/SourceSerif4[opsz,wght].ttf',{'opsz':18,'wght':600},'QuittanceSerif-SemiBold','Quittance Serif','SemiBold',600,TEXT,F)
c=TTFont('droid/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf').getBestCmap().keys()
cjk={x for x in c if 0x2e80<=x<=0x33ff or 0x3400<=x<=0x9fff or 0xac00<=x<=0xd7a3 or 0xf900<=x<=0xfaff or 0xfe30<=x<=0xfe4f or 0xff00<=x<=0xffef or 0x1100<=x<=0x11ff or 0x20000<=x<=0x2ffff}
make('droid/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf',None,'DroidSansFallback-Regular','Droid Sans Fallback','Regular',400,cjk,['vert'])
# emoji: join the pieces, no ligatures
from fontTools import merge
import glob
ps=sorted(glob.glob('npm/package/files/noto-emoji-*-400-normal.woff2'))
tmp=[]
for i,p in enumerate(ps):
    f=TTFont(p)
    for t in ('GSUB','GPOS','GDEF','STAT','MATH'):
        if t in f: del f[t]
    f.flavor=None; q=f'out/e{i}.tmp'; f.save(q); tmp.append(q); print(p,len(f.getBestCmap()))
seen=set()
keep=[]
for q in tmp:
    f=TTFont(q); cm=set(f.getBestCmap()); 
    new=cm-seen
    if not new: os.remove(q); continue
    o=subset.Options(); o.hinting=False; o.glyph_names=False; o.notdef_outline=True
    s=subset.Subsetter(o); s.populate(unicodes=new); s.subset(f); f.save(q); seen|=new; keep.append(q)
m=merge.Merger().merge(keep)
m.save('out/emoji.tmp')
for q in keep: os.remove(q)
ban={0xa9,0xae}|set(range(0x20,0x7f))|{0xfe0f,0x200d}
make('out/emoji.tmp',None,'NotoEmoji-Regular','Noto Emoji','Regular',400,seen-set(range(0x0,0x2010)),[])
os.remove('out/emoji.tmp')
